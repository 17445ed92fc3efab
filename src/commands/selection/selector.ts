/** Which machines a step is about; an absent filter lets everything pass. */
export interface Selector {
  /** Ids or names (a name may be that of a machine in each app); `all`; or `auto`, which is what the command makes of no answer. */
  readonly machines: 'auto' | 'all' | readonly string[];
  readonly region: readonly string[] | undefined;
  readonly processGroup: readonly string[] | undefined;
  readonly state: readonly string[] | undefined;
  /** `key=value`, all of which must hold. */
  readonly metadata: readonly string[] | undefined;
  /** Ids, names or `key=value`. */
  readonly exclude: readonly string[] | undefined;
  readonly allowEmpty: boolean;
}
