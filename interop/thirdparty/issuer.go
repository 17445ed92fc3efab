package main

import (
	"encoding/json"
	"net/http"

	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/auth"
	"github.com/superfly/macaroon/bundle"
	"github.com/superfly/macaroon/flyio"
	"github.com/superfly/macaroon/resset"
)

const (
	orgID = uint64(1)
	appID = uint64(12)
)

// issuer mints permission tokens that need discharges of the third parties, and verifies the results.
type issuer struct {
	kid     []byte
	key     macaroon.SigningKey
	parties map[string]*party
}

func newIssuer() *issuer {
	return &issuer{[]byte("key-1"), macaroon.NewSigningKey(), map[string]*party{}}
}

// wish is the body of a request for a token.
type wish struct {
	// Flows names the third parties that must discharge the token.
	Flows []string `json:"flows"`
	// User is the user whom the third parties must confirm; zero for none.
	User uint64 `json:"user"`
	// Unreadable makes tickets that their third party can't open.
	Unreadable bool `json:"unreadable"`
}

// mint answers {"token":"FlyV1 …"}.
func (iss *issuer) mint(w http.ResponseWriter, r *http.Request) {
	var it wish
	if err := json.NewDecoder(r.Body).Decode(&it); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	m, err := macaroon.New(iss.kid, flyio.LocationPermission, iss.key)
	must(err)
	must(m.Add(&flyio.Organization{ID: orgID, Mask: resset.ActionRead}))
	for _, flow := range it.Flows {
		p, ok := iss.parties[flow]
		if !ok {
			http.Error(w, "no third party is called "+flow, http.StatusBadRequest)
			return
		}
		must(m.Add3P(it.sharedKey(p), p.location, it.ticketCaveats()...))
	}
	token, err := m.String()
	must(err)
	answer(w, http.StatusOK, map[string]string{"token": "FlyV1 " + token})
}

func (it wish) sharedKey(p *party) macaroon.EncryptionKey {
	if it.Unreadable {
		return macaroon.NewEncryptionKey()
	}
	return p.tp.Key
}

func (it wish) ticketCaveats() []macaroon.Caveat {
	if it.User == 0 {
		return nil
	}
	return []macaroon.Caveat{auth.RequireUser(it.User), auth.RequireOrganization(orgID)}
}

// trusted has the keys of every third party by the location that its discharges name.
func (iss *issuer) trusted() map[string][]macaroon.EncryptionKey {
	out := map[string][]macaroon.EncryptionKey{}
	for _, p := range iss.parties {
		out[p.tp.Location] = []macaroon.EncryptionKey{p.tp.Key}
	}
	return out
}

func (iss *issuer) verifier() bundle.Verifier {
	return bundle.WithKey(iss.kid, iss.key, iss.trusted())
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	must(json.NewEncoder(w).Encode(value))
}
