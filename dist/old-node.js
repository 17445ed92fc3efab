const tell = (level) =>
  console.log(`::${level} title=fly machines::This action needs Node 20 or newer, this is ${process.versions.node}; what runs the workflow brings its own.`);

exports.main = () => {
  tell('error');
  process.exitCode = 1;
};

exports.postMain = () => tell('warning');
