import { BEHAVIOURS } from '../machines/behaviour.js';
import type { AppSpec, MachineSpec } from '../machines/build.js';
import { MACHINE_STATES, type MachineState } from '../machines/states.js';
import { TRAITS, type Trait, withTraits } from '../machines/traits.js';

const APP = /^(?:(?<org>[\w-]+)\/)?(?<name>[\w-]+)(?:=(?<machines>.*))?$/s;
const MACHINES =
  /^(?<group>[\w-]+)(?:\*(?<count>\d{1,5}))?(?:@(?<region>[a-z]{3}))?(?::(?<state>\w+))?(?<traits>(?:\+[\w-]+)*)(?:!(?<behaviour>[\w-]+))?$/;

/** Form of an app on the command line, for the help. */
export const APP_SYNTAX = '[ORG/]APP[=GROUP[*COUNT][@REGION][:STATE][+TRAIT…][!BEHAVIOUR],…]';

/**
 * Reads an app with its machines, such as `shop=web*2@fra,worker@ams:stopped!boot-fails`. Throws an error that
 * says what is wrong and what to write.
 */
export function parseApp(text: string): AppSpec {
  const { org, name, machines = 'app' } = APP.exec(text)?.groups ?? {};
  if (name === undefined) throw new Error(`--app can't be "${text}": write ${APP_SYNTAX}`);
  return {
    name,
    ...(org === undefined ? {} : { org }),
    machines: machines.split(',').flatMap(parseMachines),
  };
}

function parseMachines(text: string): MachineSpec[] {
  const {
    group,
    count = '1',
    region,
    state,
    traits = '',
    behaviour,
  } = MACHINES.exec(text.trim())?.groups ?? {};
  if (group === undefined)
    throw new Error(
      `--app can't have machines "${text}": write GROUP[*COUNT][@REGION][:STATE][+TRAIT…][!BEHAVIOUR]`,
    );
  const spec: MachineSpec = {
    processGroup: group,
    ...(region === undefined ? {} : { region }),
    ...(state === undefined ? {} : { state: stateNamed(state) }),
    ...(behaviour === undefined ? {} : { behaviour: behaviourNamed(behaviour) }),
  };
  const whole = withTraits(spec, traits.split('+').slice(1).map(traitNamed));
  return Array.from({ length: Number(count) }, () => whole);
}

function stateNamed(name: string): MachineState {
  const state = MACHINE_STATES.find((it) => it === name);
  if (state === undefined)
    throw new Error(`--app: "${name}" is no state; choose from ${MACHINE_STATES.join(', ')}`);
  return state;
}

function traitNamed(name: string): Trait {
  const trait = Object.hasOwn(TRAITS, name) ? TRAITS[name] : undefined;
  if (trait === undefined) {
    throw new Error(`--app: "${name}" is no trait; choose from ${Object.keys(TRAITS).join(', ')}`);
  }
  return trait;
}

function behaviourNamed(name: string): NonNullable<MachineSpec['behaviour']> {
  const behaviour = Object.hasOwn(BEHAVIOURS, name) ? BEHAVIOURS[name] : undefined;
  if (behaviour === undefined) {
    throw new Error(`--app: "${name}" is no behaviour; choose from ${Object.keys(BEHAVIOURS).join(', ')}`);
  }
  return behaviour;
}
