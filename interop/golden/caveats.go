package main

import (
	"math"

	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/auth"
	"github.com/superfly/macaroon/flyio"
	"github.com/superfly/macaroon/resset"
)

type named struct {
	name    string
	caveats []macaroon.Caveat
}

func one(name string, caveat macaroon.Caveat) named {
	return named{name, []macaroon.Caveat{caveat}}
}

func ptr[T any](value T) *T { return &value }

// registered has every caveat type that a permission token may hold, except 3P, with small and with extreme bodies.
func registered() []named {
	const all, read = resset.ActionAll, resset.ActionRead
	most := uint64(math.MaxUint64)
	return []named{
		one("Organization", &flyio.Organization{ID: 1, Mask: read | resset.ActionControl}),
		one("Organization of the greatest id", &flyio.Organization{ID: most, Mask: 0xffff}),
		one("Volumes, sorted", &flyio.Volumes{Volumes: resset.New[string](all, "vol_b", "vol_a", "vol_\U0001f600", "vol_\uffee")}),
		one("Apps, sorted", &flyio.Apps{Apps: resset.New[uint64](all, 70000, 3, most, 1<<53+1, 200)}),
		one("Apps, any", &flyio.Apps{Apps: resset.New[uint64](read, 0)}),
		one("Apps, none", &flyio.Apps{Apps: resset.New[uint64](read)}),
		one("ValidityWindow", &macaroon.ValidityWindow{NotBefore: 1768805891, NotAfter: 1768806521}),
		one("ValidityWindow of the greatest width", &macaroon.ValidityWindow{NotBefore: math.MinInt64, NotAfter: math.MaxInt64}),
		one("ValidityWindow before 1970", &macaroon.ValidityWindow{NotBefore: -70000, NotAfter: -5}),
		one("FeatureSet", &flyio.FeatureSet{Features: resset.New[string](read, flyio.FeatureWireGuard)}),
		one("Mutations", &flyio.Mutations{Mutations: []string{"addCertificate", "x"}}),
		one("Machines, any", &flyio.Machines{Machines: resset.New[string](all, "")}),
		one("Machines, many", &flyio.Machines{Machines: resset.New[string](read, ids(17)...)}),
		one("ConfineUser", auth.RequireUser(123)),
		one("ConfineUser of the greatest id", auth.RequireUser(most)),
		one("ConfineOrganization", auth.RequireOrganization(1<<40)),
		one("IsUser", &flyio.IsUser{ID: most}),
		one("BindToParentToken", &macaroon.BindToParentToken{1, 2, 3}),
		one("IfPresent", &resset.IfPresent{Ifs: macaroon.NewCaveatSet(
			&macaroon.ValidityWindow{NotBefore: 0, NotAfter: 1768806000}, ptr(read)), Else: read}),
		one("IfPresent in IfPresent", &resset.IfPresent{Ifs: macaroon.NewCaveatSet(
			&resset.IfPresent{Ifs: macaroon.NewCaveatSet(&macaroon.ValidityWindow{NotBefore: 0, NotAfter: 7}), Else: all}),
			Else: resset.ActionNone}),
		one("MachineFeatureSet", &flyio.MachineFeatureSet{Features: resset.New[string](read, "metadata")}),
		one("FromMachineSource", &flyio.FromMachine{ID: "148ed"}),
		one("Clusters", &flyio.Clusters{Clusters: resset.New[string](read, "c")}),
		one("ConfineGoogleHD", auth.RequireGoogleHD("example.com")),
		one("ConfineGitHubOrg", auth.RequireGitHubOrg(most)),
		one("MaxValidity", ptr(auth.MaxValidity(60))),
		one("IsMember", &flyio.IsMember{}),
		one("Action", ptr(all)),
		one("Commands", &flyio.Commands{
			{Args: []string{"ls", "-l"}, Exact: true}, {Args: []string{}, Exact: false}}),
		one("AppFeatureSet", &flyio.AppFeatureSet{Features: resset.New[string](read, "f")}),
		one("StorageObjects", &flyio.StorageObjects{Prefixes: resset.New[resset.Prefix](read, "https://storage.fly/")}),
		one("AllowedRoles", ptr(flyio.AllowedRoles(flyio.RoleMember))),
		one("AllowedRoles, all", ptr(flyio.AllowedRoles(math.MaxUint32))),
		one("FlySrc", &flyio.FlySrc{Organization: "o", App: "a", Instance: ""}),
	}
}

// neverMade has lists, maps and bytes that were never made: Go writes each as nil, not as empty.
func neverMade() []named {
	return []named{
		one("Apps, never made", &flyio.Apps{}),
		one("Machines, never made", &flyio.Machines{}),
		one("Mutations, never made", &flyio.Mutations{}),
		one("Commands, never made", new(flyio.Commands)),
		one("Commands, arguments never made", &flyio.Commands{{Exact: true}}),
		one("BindToParentToken, never made", new(macaroon.BindToParentToken)),
	}
}

func ids(count int) []string {
	out := make([]string, count)
	for i := range out {
		out[i] = "148ed" + string(rune('a'+i))
	}
	return out
}
