// @actions/core needs @actions/exec to tell the platform's name, which nothing here asks for; leaving the real package
// out keeps the bundle small and free of any way to start a process.
export function getExecOutput() {
  throw new Error('the toolkit’s exec is left out of this bundle');
}
