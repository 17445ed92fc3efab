import type { Mutation } from '../mutation.js';

const MARKER = 'src/commands/marks/marker.ts';
const VERDICT = 'src/commands/hours/verdict.ts';
const ANNOUNCEMENT = 'src/commands/idle/announcement.ts';

/** Mistakes in marks, hours and announcements, which show over days. */
export const SCHEDULE: readonly Mutation[] = [
  {
    name: 'mark-not-written-again',
    tells:
      'A deploy that writes back older metadata takes the mark off what was put down: no morning wakes that machine.',
    file: MARKER,
    search: '!this.#isThere(now, written); writes += 1',
    replace: '!this.#isThere(now, written) && writes < 0; writes += 1',
    sweep: 'fortnights',
    found: ['the mark stands first'],
  },
  {
    name: 'unmarkable-stopped',
    tells: 'A machine whose mark can’t be written is stopped all the same, and no morning finds it.',
    file: MARKER,
    search: 'throw this.#unmarked(asActionError(thrown));',
    replace: 'this.#unmarked(asActionError(thrown));',
    sweep: 'fortnights',
    found: ['the mark stands first'],
  },
  {
    name: 'marks-stay-on',
    tells:
      'A machine that was woken keeps its mark, so that a later morning starts what another client has put down since.',
    file: 'src/commands/marks/unmarker.ts',
    search: 'if (marks.length === 0) return result;',
    replace: 'if (marks.length >= 0) return result;',
    sweep: 'fortnights',
    found: ['mornings undo evenings', 'hours bring each there'],
  },
  {
    name: 'woken-put-down',
    tells: '`hours` stops within the hour what a person has woken in the evening.',
    file: VERDICT,
    search: "if (woken === 'before') return",
    replace: 'if (woken !== undefined) return',
    sweep: 'fortnights',
    found: ['hours order what is due', 'hours bring each there'],
  },
  {
    name: 'unmarked-woken',
    tells: '`hours` starts in the morning what was down before, or what another client has put down since.',
    file: VERDICT,
    search: "return isMarked ? { wants: 'up' } :",
    replace: "return machine.id !== '' ? { wants: 'up' } :",
    sweep: 'fortnights',
    found: ['hours order what is due', 'hours bring each there'],
  },
  {
    name: 'unreadable-hours-act',
    tells: 'A machine whose hours can’t be read goes by the default hours, and is stopped.',
    file: VERDICT,
    search: 'const text = own ?? question.defaultHours;',
    replace:
      "const given = own === undefined ? undefined : question.read(own, question.now);\n  const text = given !== undefined && !('why' in given) ? own : question.defaultHours;",
    sweep: 'fortnights',
    found: ['hours order what is due', 'hours bring each there'],
  },
  {
    name: 'keep-alive-not-asked',
    tells:
      '`hours` puts down machines that bear keep-alive, are cordoned, or that another client holds a lease on.',
    file: VERDICT,
    search: 'if (kept !== undefined) return { why: kept };',
    replace: "if (kept?.startsWith('is ')) return { why: kept };",
    sweep: 'fortnights',
    found: ['hours order what is due', 'hours bring each there'],
  },
  {
    name: 'restart-counts-as-woken',
    tells: 'A machine that has crashed or been restarted in the evening stays up all night.',
    file: 'src/commands/hours/woken.ts',
    search: 'else if (goesOn(event, older)) start = undefined;',
    replace: "else if (goesOn(event, older) && event.type === '') start = undefined;",
    sweep: 'fortnights',
    found: ['hours bring each there'],
  },
  {
    name: 'clocks-never-changed',
    tells: 'After a change of clocks hours begin and end an hour off for days.',
    file: 'src/hours/zone.ts',
    search: 'if (old === changed) return local - old;',
    replace: 'if (old !== undefined) return local - old;',
    sweep: 'fortnights',
    found: ['hours order what is due', 'hours bring each there'],
  },
  {
    name: 'old-announcement-counts',
    isOpen: true,
    tells: 'An announcement counts for a machine that was started since, without a word to its owner.',
    file: ANNOUNCEMENT,
    search: 'return newestStart <= at && at <= now ? at : undefined;',
    replace: 'return at <= now ? at : undefined;',
    sweep: 'fortnights',
    found: ['announced in time'],
  },
  {
    name: 'announced-and-stopped-at-once',
    tells: 'A machine that was announced is stopped by the next run, however soon that comes.',
    file: ANNOUNCEMENT,
    search: 'return at + ms > now ? pendingWords(at + ms) : undefined;',
    replace: 'return at > now ? pendingWords(at + ms) : undefined;',
    sweep: 'fortnights',
    found: ['announced in time'],
  },
  {
    name: 'dry-run-announces',
    tells: 'A dry run writes announcements, so that what was only to be looked at is stopped a day later.',
    file: 'src/commands/idle/announce.ts',
    search: 'const written = dryRun ? unwritten(fresh) :',
    replace: 'const written = dryRun && fresh.length === 0 ? unwritten(fresh) :',
    sweep: 'fortnights',
    found: ['dry runs write nothing'],
  },
];
