import { commandWord } from './text.js';

/** The command that makes a token for one app and no more, for a year. (superfly/flyctl: internal/command/tokens/create.go) */
export function deployTokenCommand(app?: string): string {
  return `\`fly tokens create deploy -a ${app === undefined ? '<app>' : commandWord(app)} -x 8760h\``;
}
