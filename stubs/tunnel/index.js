// @actions/http-client tunnels through proxies with this, without keeping connections; agents of our own do,
// and nothing here calls it.
for (const name of ['httpOverHttp', 'httpOverHttps', 'httpsOverHttp', 'httpsOverHttps'])
  exports[name] = () => {
    throw new Error('the package tunnel is left out of this bundle');
  };
