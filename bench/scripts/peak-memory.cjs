// Preloaded script: when its process ends, adds the most memory that it ever held, in bytes, to a file.
const { appendFileSync, existsSync, readFileSync } = require('node:fs');

process.on('exit', () => appendFileSync(process.env.PEAK_MEMORY_FILE, `${peak()}\n`));

function peak() {
  const status = '/proc/self/status';
  // Linux counts the memory of the parent into that of a spawned process, except in this one value.
  if (existsSync(status)) return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(status, 'utf8'))[1]) * 1024;
  return process.resourceUsage().maxRSS * 1024;
}
