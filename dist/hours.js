const { node } = process.versions;
if (parseInt(node, 10) >= 20) import('./bundle.js').then((it) => it.main('hours'));
else {
  console.log(`::error title=fly machines::This action needs Node 20 or newer, this is ${node}; what runs the workflow brings its own.`);
  process.exitCode = 1;
}
