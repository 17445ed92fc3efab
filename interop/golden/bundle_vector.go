package main

import (
	"context"
	"sort"

	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/bundle"
	"github.com/superfly/macaroon/flyio"
)

// bundleVector is an Authorization header and Go's reading of it.
type bundleVector struct {
	Name   string `json:"name"`
	Header string `json:"header"`
	// Missing has the tickets that no discharge of the bundle answers, in the order of their third parties' locations.
	Missing []ticketVector `json:"missing"`
	// Permissions has the permission tokens in the order of the header.
	Permissions []permissionVector `json:"permissions"`
}

type ticketVector struct {
	Location string `json:"location"`
	Ticket   []byte `json:"ticket"`
}

type permissionVector struct {
	UUID string `json:"uuid"`
	// Verified is the packed set of caveats that an access must satisfy, including the discharges'; null if the token doesn't
	// verify, and Refused says why.
	Verified []byte `json:"verified"`
	Refused  string `json:"refused"`
}

func describeBundle(name, header string, iss *issuer) bundleVector {
	v := bundleVector{Name: name, Header: header, Missing: []ticketVector{}, Permissions: []permissionVector{}}
	b := sure(bundle.ParseBundle(flyio.LocationPermission, header))
	for location, tickets := range b.UndischargedThirdPartyTickets() {
		for _, ticket := range tickets {
			v.Missing = append(v.Missing, ticketVector{location, ticket})
		}
	}
	sort.Slice(v.Missing, func(i, j int) bool { return v.Missing[i].Location < v.Missing[j].Location })
	verifier := bundle.WithKey([]byte("key-1"), iss.key, iss.trusted)
	// Each token reports its own error.
	_, _ = b.Verify(context.Background(), verifier)
	bundle.ForEach(b, func(m bundle.Macaroon) {
		if b.IsPermissionToken(m) {
			v.Permissions = append(v.Permissions, describePermission(m))
		}
	})
	return v
}

func describePermission(m bundle.Macaroon) permissionVector {
	v := permissionVector{UUID: m.Nonce().UUID().String()}
	switch result := m.(type) {
	case *bundle.VerifiedMacaroon:
		v.Verified = sure(result.Caveats.MarshalMsgpack())
	case *bundle.FailedMacaroon:
		v.Refused = result.Err.Error()
	}
	return v
}

func header(macaroons ...*macaroon.Macaroon) string {
	out := make([][]byte, len(macaroons))
	for i, m := range macaroons {
		out[i] = sure(m.Encode())
	}
	return macaroon.ToAuthorizationHeader(out...)
}
