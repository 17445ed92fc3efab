// @ts-check
/**
 * A reporter of Jest that says on stderr how far the run is, and tells each failure in full as soon as its file is done.
 * Jest loads reporters by itself, so this is no TypeScript.
 * @typedef {{ numTotalTestSuites: number }} Totals
 * @typedef {{ numFailingTests: number, failureMessage?: string | null, testFilePath: string }} FileResult
 */

/** Files between two lines where a line can't be written over. */
const EVERY = 20;

module.exports = class Progress {
  #began = Date.now();
  #files = 0;
  #done = 0;
  #failed = 0;

  /** @param {Totals} totals */
  onRunStart({ numTotalTestSuites }) {
    this.#files = numTotalTestSuites;
    this.#say();
  }

  /** @param {unknown} _file @param {FileResult} result */
  onTestResult(_file, { numFailingTests, failureMessage }) {
    this.#done += 1;
    // A file that can't run at all has a message and no failing test.
    if (failureMessage) {
      this.#failed += Math.max(1, numFailingTests);
      this.#erase();
      process.stderr.write(`${failureMessage.trimEnd()}\n\n`);
    }
    this.#say();
  }

  onRunComplete() {
    this.#erase();
  }

  #say() {
    const seconds = Math.round((Date.now() - this.#began) / 1000);
    const line = `  ${this.#done} of ${this.#files} files, ${this.#failed} failed, ${seconds} s`;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
    else if (this.#done % EVERY === 0 || this.#done === this.#files) process.stderr.write(`${line}\n`);
  }

  #erase() {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
};
