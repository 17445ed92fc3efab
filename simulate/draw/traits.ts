import type { MachineConfig } from '../../emulator/machines/machine.js';
import { TRAITS, type Trait, withTraits } from '../../emulator/machines/traits.js';
import type { Dice } from '../../fuzz/dice.js';
import type { ScriptMachine } from '../script/script.js';
import type { Features } from './features.js';

type Traits = Pick<ScriptMachine, 'config' | 'metadata' | 'cordoned' | 'imageLabels'>;

/** Traits that many machines have, and those of few. */
const USUAL = ['service', 'autostop', 'autosuspend', 'service-checks', 'checks', 'one-shot'] as const;
const RARE = ['no-autostart', 'postgres', 'containers', 'scheduled', 'auto-destroy', 'cordoned'] as const;

/** Config of a machine with a check of its own. */
export const CHECKED: MachineConfig = { ...TRAITS['checks']?.spec?.config };

/** Traits of a plain web server. */
const SERVING: Traits = traitsIn([{ service: {} }]);

/** Configs that no named trait has. */
const CONFIGS: readonly MachineConfig[] = [
  { stop_config: { timeout: '30s', signal: 'SIGINT' } },
  { stop_config: { timeout: 20_000_000_000 } },
  { guest: { cpu_kind: 'performance', cpus: 2, memory_mb: 4_096 } },
  { init: { swap_size_mb: 512 } },
  { restart: { policy: 'always' } },
  { restart: { policy: 'on-failure', max_retries: 2 } },
  { image: 'flyio/postgres-flex:15' },
];

/** Draws the traits of a machine: mostly none to three. `earlier` are machines of its app for which it may stand by. */
export function drawTraits(dice: Dice, features: Features, earlier: readonly ScriptMachine[]): Traits {
  // Traffic tells of machines with a service alone.
  if (!features.traits || dice.chance(0.4)) return features.choosing && dice.chance(0.5) ? SERVING : {};
  const traits: (Trait | undefined)[] = [TRAITS[dice.pick(USUAL)]];
  if (dice.chance(0.3)) traits.push(TRAITS[dice.pick(USUAL)]);
  if (dice.chance(0.35)) traits.push(TRAITS[dice.pick(RARE)]);
  if (dice.chance(0.25)) traits.push({ spec: { config: dice.pick(CONFIGS) } });
  if (features.rolling && dice.chance(0.4)) traits.push(TRAITS['checks']);
  if (features.exec && dice.chance(0.2)) traits.push(TRAITS['containers']);
  if (earlier.length > 0 && dice.chance(0.08))
    traits.push({ spec: { config: { standbys: [dice.pick(earlier).id] } } });
  return traitsIn(traits.filter((it) => it !== undefined));
}

function traitsIn(traits: readonly Trait[]): Traits {
  const { config, metadata, cordoned, imageLabels } = withTraits({}, traits);
  return {
    ...(config !== undefined && { config }),
    ...(metadata !== undefined && { metadata }),
    ...(cordoned !== undefined && { cordoned }),
    ...(imageLabels !== undefined && { imageLabels }),
  };
}
