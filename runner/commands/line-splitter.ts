/** A splitter that cuts a stream of text into lines. */
export interface LineSplitter {
  push(text: string): void;
  /** Passes on a last line that has no line end. */
  end(): void;
}

/**
 * Creates a splitter that ends a line at `\n`, `\r` and `\r\n`, as the runner's reader does, however the stream
 * is cut into pieces.
 */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  let rest = '';
  let afterReturn = false;

  return {
    push(text) {
      let fresh = text;
      if (afterReturn && fresh !== '') {
        if (fresh.startsWith('\n')) fresh = fresh.slice(1);
        afterReturn = false;
      }
      if (fresh.endsWith('\r')) afterReturn = true;
      const lines = (rest + fresh).split(/\r\n|\r|\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    },
    end() {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
