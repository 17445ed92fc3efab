// Command golden writes the tokens that the unit tests read: Fly's own Go code makes each of them and tells its content.
// It prints the same bytes on every run.
package main

import (
	"encoding/json"
	"os"
	"runtime/debug"
)

const (
	module  = "github.com/superfly/macaroon"
	command = "go run -C interop ./golden > __tests__/fixtures/macaroons.json"
)

// fixture is the whole file. Lists hold objects only, so that a formatter finds nothing to change.
type fixture struct {
	Made           string            `json:"made"`
	With           string            `json:"with"`
	PermissionKey  []byte            `json:"permissionKey"`
	ThirdPartyKeys map[string][]byte `json:"thirdPartyKeys"`
	Tokens         []tokenVector     `json:"tokens"`
	Bundles        []bundleVector    `json:"bundles"`
}

func main() {
	seedRandomness()
	iss := newIssuer()
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	must(out.Encode(fixture{
		Made:           command,
		With:           module + " " + moduleVersion(),
		PermissionKey:  iss.key,
		ThirdPartyKeys: iss.sharedKeys(),
		Tokens:         allTokens(iss),
		Bundles:        allBundles(iss),
	}))
}

func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		panic("the binary says nothing of its modules")
	}
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return dependency.Version
		}
	}
	panic("the binary was built without " + module)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func sure[T any](value T, err error) T {
	must(err)
	return value
}
