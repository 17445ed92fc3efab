import { helpOf, INPUT_HELP } from '../src/action/inputs/help.js';
import { defaultOf, INPUT_NAMES, INPUTS, inputsOf } from '../src/action/inputs/table.js';
import { OUTPUTS } from '../src/action/report/outputs.js';
import { COMMAND_HELP, COMMAND_NAMES, leavesPost } from '../src/command-table.js';

/** Makes the action.yml files from the tables in the code; returns path to text. */
export function actionFiles(): ReadonlyMap<string, string> {
  const root = actionFile({
    name: 'Fly machines',
    description: 'Start, stop and look at Fly.io machines, with a token for one app.',
    inputs: [
      commandRow(),
      ...INPUT_NAMES.map((name) => ({
        name,
        help: INPUT_HELP[name],
        default: INPUTS[name].default,
      })),
    ],
    main: 'dist/index.js',
    post: 'dist/post.js',
  });
  const folders = COMMAND_NAMES.map((command) => {
    const inputs = inputsOf(command).map((name) => ({
      name,
      help: helpOf(name, command),
      default: defaultOf(name, command),
    }));
    const text = actionFile({
      name: `Fly machines: ${command}`,
      description: COMMAND_HELP[command],
      inputs,
      main: `../dist/${command}.js`,
      post: leavesPost(command) ? '../dist/post.js' : undefined,
    });
    return [`${command}/action.yml`, text] as const;
  });
  return new Map([['action.yml', root], ...folders]);
}

interface Row {
  readonly name: string;
  readonly help: string;
  readonly default: string;
}

interface ActionParts {
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly Row[];
  readonly main: string;
  readonly post: string | undefined;
}

function commandRow(): Row {
  return {
    name: 'command',
    help: `What to do: ${COMMAND_NAMES.map((it) => `\`${it}\``).join(', ')}.`,
    default: 'auth',
  };
}

/** YAML accepts JSON strings as they are, which settles all quoting. */
function actionFile({ name, description, inputs, main, post }: ActionParts): string {
  return [
    '# Made by `npm run generate` from the tables in src.',
    `name: ${JSON.stringify(name)}`,
    `description: ${JSON.stringify(description)}`,
    "author: 'The fly-machines-action maintainers'",
    'branding: { icon: server, color: purple }',
    'inputs:',
    ...inputs.flatMap((row) => [
      `  ${row.name}:`,
      `    description: ${JSON.stringify(row.help)}`,
      `    default: ${JSON.stringify(row.default)}`,
    ]),
    'outputs:',
    ...Object.entries(OUTPUTS).flatMap(([output, help]) => [
      `  ${output}:`,
      `    description: ${JSON.stringify(help)}`,
    ]),
    'runs:',
    '  using: node24',
    `  main: ${main}`,
    ...(post === undefined ? [] : [`  post: ${post}`]),
    '',
  ].join('\n');
}
