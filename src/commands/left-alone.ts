/** While a machine's turn or a lease was waited for, something has come to speak against changing it: the message says what. */
export class LeftAlone extends Error {}
