package main

import (
	"slices"

	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/auth"
	"github.com/superfly/macaroon/flyio"
	"github.com/superfly/macaroon/resset"
)

// allTokens has tokens without a bundle: one for each caveat, and those with a special frame.
func allTokens(iss *issuer) []tokenVector {
	var out []tokenVector
	add := func(name string, m *macaroon.Macaroon) {
		out = append(out, describeToken(name, m, iss.key))
	}
	add("no caveat", iss.permission())
	var every []macaroon.Caveat
	for _, it := range slices.Concat(registered(), neverMade(), unregistered()) {
		add("caveat "+it.name, iss.permission(it.caveats...))
		every = append(every, it.caveats...)
	}
	asked := iss.permission()
	iss.require(asked, flyio.LocationAuthentication, auth.RequireUser(9))
	add("caveat 3P", asked)
	for _, it := range attestations() {
		add("attestation "+it.name, iss.discharge(asked, flyio.LocationAuthentication, it.caveats...))
	}
	add("every caveat type", iss.permission(every...))
	add("seven caveats", iss.permission(windows(7)...))
	add("eight caveats", iss.permission(windows(8)...))
	add("key id of no byte", withKeyID(iss, []byte{}))
	add("key id that was never made", withKeyID(iss, nil))
	add("key id of 300 bytes", withKeyID(iss, make([]byte, 300)))
	add("nonce of version 0", oldPermission(iss))
	add("nonce of version 0, attenuated", oldPermission(iss, windows(2)...))
	return out
}

func windows(count int) []macaroon.Caveat {
	out := make([]macaroon.Caveat, count)
	for i := range out {
		out[i] = &macaroon.ValidityWindow{NotBefore: 0, NotAfter: int64(4102444800 - i)}
	}
	return out
}

func withKeyID(iss *issuer, kid []byte) *macaroon.Macaroon {
	m := sure(macaroon.New(kid, flyio.LocationPermission, iss.key))
	must(m.Add(ptr(resset.ActionRead)))
	return m
}
