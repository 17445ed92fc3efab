const { node } = process.versions;
if (process.env.STATE_session || process.env.STATE_restore || process.env.STATE_key || (process.env.INPUT_RESTORE || 'false') !== 'false') if (parseInt(node, 10) >= 20) import('./bundle.js').then((it) => it.postMain());
else {
  console.log(`::warning title=fly machines::This action needs Node 20 or newer, this is ${node}; what runs the workflow brings its own.`);
  process.exitCode = 0;
}
