import { BEHAVIOURS } from '../machines/behaviour.js';
import { TRAITS } from '../machines/traits.js';
import { APP_SYNTAX } from './parse-app.js';
import { FAULT_SYNTAX } from './parse-fault.js';
import { SETTING_FLAGS, type SettingFlag } from './setting-flags.js';

/** Returns the help text: every flag, its values and its default. */
export function helpText(): string {
  return `Emulates Fly on 127.0.0.1: Machines API and third parties, with real tokens.

Usage: npm run emulator -- [flags]

  --port NUMBER              port to listen on; default 4281; 0: any free one
  --seed NUMBER              makes the same ids and tokens at every start
  --end-with-parent          ends with the process that started it, as npm run emulator does
  --app ${APP_SYNTAX}
                             an app with its machines; repeatable; default demo-app=app*2@fra,worker*2@ams:stopped
                             traits: ${Object.keys(TRAITS).join(', ')}
                             behaviours: ${Object.keys(BEHAVIOURS).join(', ')}
  --fault JSON               a rule for requests that fail; repeatable: ${FAULT_SYNTAX}

The token that the emulator prints
  --token-kind KIND          deploy (default), org or readonly, as fly tokens create makes them
  --token-app APP            app of a deploy token; repeatable; default: all apps in the first one's organization
  --token-actions LETTERS    letters of rwcdC; default *: all of them
  --token-expiry DURATION    lifetime from the start of the emulator; default: endless
  --token-third-party WHO    third party that must discharge it: aaa (default), own, both or none
  --token-discharge          adds its discharges

Fly's behaviour; the first value is the default. Durations: 250ms, 10s, 5m, Infinity
${rows('fly')}

The authentication service, at /aaa/v1
${rows('aaa')}

A third party of your own, at /own/v1: the same flags, as --own-…

An emulated GitHub issues OIDC tokens, signed with RS256 under a key of this process. ACTIONS_ID_TOKEN_REQUEST_URL is
/github/token, the issuer /github. For a third party that wants such a token and issues short discharges:
  --token-third-party both --own-credential oidc --own-lifetime 60s
`;
}

function rows(section: SettingFlag['section']): string {
  return SETTING_FLAGS.filter((it) => it.section === section)
    .map(
      ({ flag, setting }) => `  --${flag.padEnd(24)} ${setting.help}\n${' '.repeat(29)}${valuesOf(setting)}`,
    )
    .join('\n');
}

function valuesOf({ kind, choices, initial }: SettingFlag['setting']): string {
  switch (kind) {
    case 'choice':
      return (choices ?? []).join(' | ');
    case 'flag':
      return initial === true ? 'on | off' : 'off | on';
    case 'duration':
      if (initial === Number.POSITIVE_INFINITY) return 'Infinity';
      return Number(initial) >= 1_000 ? `${Number(initial) / 1_000}s` : `${initial}ms`;
    case 'number':
    case 'text':
      return initial === '' ? '(empty)' : String(initial);
  }
}
