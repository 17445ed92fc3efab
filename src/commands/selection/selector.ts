/** Filters that choose the machines of a step; an absent filter lets every machine pass. */
export interface Selector {
  /** Ids or names (machines of several apps may share a name); `all`; or `auto`: nothing was given, and the command decides. */
  readonly machines: 'auto' | 'all' | readonly string[];
  readonly region: readonly string[] | undefined;
  readonly processGroup: readonly string[] | undefined;
  readonly state: readonly string[] | undefined;
  /** Pairs `key=value`, all of which a machine must have. */
  readonly metadata: readonly string[] | undefined;
  /** Name of a mark that a machine must bear; absent: none. */
  readonly marked?: string | undefined;
  /** Ids, names or `key=value` of machines to leave alone. */
  readonly exclude: readonly string[] | undefined;
  readonly allowEmpty: boolean;
}
