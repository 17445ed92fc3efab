import(parseInt(process.versions.node, 10) < 20 ? './old-node.js' : './bundle.js').then((it) => it.main('uncordon'));
