// Preloaded script: when its process ends, adds the CPU time that it took, in microseconds, to a file.
const { appendFileSync } = require('node:fs');

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  appendFileSync(process.env.CPU_TIME_FILE, `${user + system}\n`);
});
