require(parseInt(process.versions.node, 10) < 20 ? './old-node.js' : './bundle.js').main('hours');
