import { parseGoDuration } from '../machines/wire/go-duration.js';
import type { Setting } from '../setting.js';
import { type GivenSettings, SETTINGS } from '../settings.js';
import { PARTY_SETTINGS } from '../third-parties/party-settings.js';

/** A setting as a flag of the command line. */
export interface SettingFlag {
  readonly flag: string;
  readonly section: 'fly' | 'aaa' | 'own';
  readonly name: string;
  readonly setting: Setting<unknown>;
}

/** Every setting, in the order of the tables. Flags of a third party start with its name. */
export const SETTING_FLAGS: readonly SettingFlag[] = [
  ...flagsOf('fly', SETTINGS),
  ...flagsOf('aaa', PARTY_SETTINGS),
  ...flagsOf('own', PARTY_SETTINGS),
];

function flagsOf(
  section: SettingFlag['section'],
  table: Readonly<Record<string, Setting<unknown>>>,
): SettingFlag[] {
  return Object.entries(table).map(([name, setting]) => {
    const words = name.replace(/(?:Ms|S)$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return { flag: section === 'fly' ? words : `${section}-${words}`, section, name, setting };
  });
}

/** Reads the settings given as flags. Throws an error that says what is wrong and what to write. */
export function readSettings(given: Readonly<Record<string, unknown>>): GivenSettings {
  const read: Record<SettingFlag['section'], Record<string, unknown>> = { fly: {}, aaa: {}, own: {} };
  for (const { flag, section, name, setting } of SETTING_FLAGS) {
    const value = given[flag];
    if (typeof value === 'string') read[section][name] = readValue(flag, value, setting);
  }
  // The kind of each setting decided how its value was read, so the types agree.
  return { ...read.fly, aaa: read.aaa, own: read.own } as GivenSettings;
}

function readValue(flag: string, text: string, { kind, choices = [] }: Setting<unknown>): unknown {
  switch (kind) {
    case 'text':
      return text;
    case 'flag':
      if (text !== 'on' && text !== 'off') throw new Error(`--${flag} takes on or off, not "${text}"`);
      return text === 'on';
    case 'number':
      return readNumber(flag, text);
    case 'duration':
      return text === 'Infinity' ? Number.POSITIVE_INFINITY : readMilliseconds(flag, text);
    case 'choice':
      return readChoice(flag, text, choices);
  }
}

function readNumber(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new Error(`--${flag} takes a number, not "${text}"`);
  return value;
}

/** Reads a duration as Go writes it, or a bare number of milliseconds. Throws for anything else. */
export function readMilliseconds(flag: string, text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) : parseGoDuration(text);
  if (ms === undefined || ms < 0)
    throw new Error(`--${flag} takes a duration such as 250ms, 10s or 5m, not "${text}"`);
  return ms;
}

/** Finds a choice by its text, or by a beginning that no other choice shares. */
function readChoice(flag: string, text: string, choices: readonly unknown[]): unknown {
  if (choices.includes(text)) return text;
  const [found, ...others] = choices.filter((it) => typeof it === 'string' && it.startsWith(text));
  if (found === undefined || others.length > 0 || text === '') {
    throw new Error(`--${flag} takes one of ${choices.join(', ')}, not "${text}"`);
  }
  return found;
}
