// Loaded before a script: adds the CPU time that the process took, in microseconds, to a file as it ends.
const { appendFileSync } = require('node:fs');

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  appendFileSync(process.env.CPU_TIME_FILE, `${user + system}\n`);
});
