import { commandWord } from './text.js';

/** Placeholder for the name of an app, in commands and hints. */
const ANY_APP = '<app>';

/** Returns the command that makes a token for one app and no more, for a year. (superfly/flyctl: internal/command/tokens/create.go) */
export function deployTokenCommand(app?: string): string {
  return `\`fly tokens create deploy -a ${app === undefined ? ANY_APP : commandWord(app)} -x 8760h\``;
}

/** Returns the command that makes a token for running commands in one app's machines, for a year. */
export function execTokenCommand(app?: string): string {
  return `\`fly tokens create machine-exec -a ${app === undefined ? ANY_APP : commandWord(app)} -x 8760h\``;
}

/** Returns a text about any app as one about this app; as it is where the app isn't known. */
export function textForApp(text: string, app: string | undefined): string {
  return app === undefined ? text : text.replaceAll(ANY_APP, app);
}
