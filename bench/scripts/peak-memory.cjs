// Loaded before a script: adds the most memory that the process ever held, in bytes, to a file as it ends.
const { appendFileSync, existsSync, readFileSync } = require('node:fs');

process.on('exit', () => appendFileSync(process.env.PEAK_MEMORY_FILE, `${peak()}\n`));

function peak() {
  const status = '/proc/self/status';
  // Linux counts a process that was spawned with its parent's memory, but for this one value.
  if (existsSync(status)) return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(status, 'utf8'))[1]) * 1024;
  return process.resourceUsage().maxRSS * 1024;
}
