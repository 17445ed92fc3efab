const tell = (level) =>
  console.log(`::${level} title=fly machines::This action needs Node 20 or newer, this is ${process.versions.node}; what runs the workflow brings its own.`);

export function main() {
  tell('error');
  process.exitCode = 1;
}

export function postMain() {
  tell('warning');
}
