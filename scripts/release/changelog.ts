/** Section of a changelog that is about one version. */
export interface Section {
  /** Date behind the version, as it is written; empty where there is none. */
  readonly date: string;
  /** Text below the heading, as Markdown. */
  readonly notes: string;
}

/** Name of the section for what isn't released yet. */
export const UNRELEASED = 'Unreleased';

const HEADING = /^## \[(?<name>[^\]\n]+)\](?: - (?<date>.*))?$/gm;
/** Where a day begins first: 14 hours before it does in UTC. */
const EARLIEST_ZONE_MS = 14 * 3_600_000;
/** Targets of links, which stand behind the last section and belong to no version. */
const LINKS = /^\[[^\]\n]+\]: \S+$/gm;

/** Reads the sections of a changelog in the form of keepachangelog.com, by version. */
export function readChangelog(text: string): ReadonlyMap<string, Section> {
  const headings = [...text.matchAll(HEADING)];
  return new Map(
    headings.map(({ 0: heading, index, groups }, at) => {
      const end = headings[at + 1]?.index ?? text.length;
      const notes = text
        .slice(index + heading.length, end)
        .replaceAll(LINKS, '')
        .trim();
      return [groups?.['name'] ?? '', { date: groups?.['date'] ?? '', notes }];
    }),
  );
}

/** Returns what hinders a version's release in the changelog; empty where nothing does. */
export function changelogFaults(text: string, version: string, now: Date): string[] {
  const sections = readChangelog(text);
  const section = sections.get(version);
  if (section === undefined)
    return [
      `CHANGELOG.md has no section \`## [${version}] - <date>\`; it has ${[...sections.keys()].join(', ') || 'none'}. Write what users get.`,
    ];
  const faults = [];
  if (!isDate(section.date))
    faults.push(
      `CHANGELOG.md gives ${version} the date "${section.date}". Write a day as 2026-12-31: \`## [${version}] - <date>\`.`,
    );
  else if (section.date > newestDay(now))
    faults.push(
      `CHANGELOG.md gives ${version} the date ${section.date}, which is yet to come. Write the day of the release.`,
    );
  if (!text.includes(`\n[${version}]: `))
    faults.push(
      `CHANGELOG.md has no link for ${version}. Write \`[${version}]: <address>\` at its end, and renew that of \`[${UNRELEASED}]\`.`,
    );
  if (section.notes.replaceAll(/^#.*$/gm, '').trim() === '')
    faults.push(`CHANGELOG.md says nothing about ${version}. Write below its heading what users get.`);
  if (sections.get(UNRELEASED)?.notes)
    faults.push(
      `CHANGELOG.md has lines below \`[${UNRELEASED}]\`, which are on main and would be released untold. Move them to ${version}.`,
    );
  return faults;
}

/** Returns the day that has begun somewhere on Earth, as a changelog writes it. */
function newestDay(now: Date): string {
  return new Date(now.getTime() + EARLIEST_ZONE_MS).toISOString().slice(0, 10);
}

function isDate(text: string): boolean {
  // A day such as February 30 becomes one of March.
  const time = Date.parse(text);
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
  );
}
