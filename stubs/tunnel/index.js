// @actions/http-client tunnels through proxies with this, without keeping connections; agents of our own do,
// and nothing here calls it.
function tunnel() {
  throw new Error('the package tunnel is left out of this bundle');
}

export { tunnel as httpOverHttp, tunnel as httpOverHttps, tunnel as httpsOverHttp, tunnel as httpsOverHttps };
