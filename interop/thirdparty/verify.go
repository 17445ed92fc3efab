package main

import (
	"encoding/json"
	"net/http"

	"github.com/superfly/macaroon/bundle"
	"github.com/superfly/macaroon/flyio"
	"github.com/superfly/macaroon/resset"
)

// verdict is the judgement of Fly's code on a bundle.
type verdict struct {
	// Verified has the caveats of each permission token whose signatures hold, including its discharges'.
	Verified []json.RawMessage `json:"verified"`
	// Missing is the number of tickets without a discharge.
	Missing int `json:"missing"`
	// Refused says why the bundle may not read the machines of the app now; empty if it may.
	Refused string `json:"refused"`
}

// verify checks the Authorization header of its request.
func (iss *issuer) verify(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, iss.judge(r))
}

func (iss *issuer) judge(r *http.Request) verdict {
	v := verdict{Verified: []json.RawMessage{}}
	// The default filter leaves out parts that don't belong to the bundle; here they should show.
	b, err := bundle.ParseBundleWithFilter(flyio.LocationPermission, r.Header.Get("Authorization"), bundle.KeepAll)
	if err != nil {
		v.Refused = err.Error()
		return v
	}
	for _, tickets := range b.UndischargedThirdPartyTickets() {
		v.Missing += len(tickets)
	}
	verified, err := b.Verify(r.Context(), iss.verifier())
	if err != nil {
		v.Refused = err.Error()
		return v
	}
	for _, set := range verified {
		text, err := json.Marshal(set)
		must(err)
		v.Verified = append(v.Verified, text)
	}
	org, app := orgID, appID
	if err := b.Validate(&flyio.Access{Action: resset.ActionRead, OrgID: &org, AppID: &app}); err != nil {
		v.Refused = err.Error()
	}
	return v
}

// machines answers the Machines API's list, with one machine.
func (iss *issuer) machines(w http.ResponseWriter, r *http.Request) {
	if v := iss.judge(r); v.Refused != "" {
		answer(w, http.StatusUnauthorized, map[string]string{"error": v.Refused})
		return
	}
	answer(w, http.StatusOK, []map[string]string{{"id": "148e1", "name": "web-1", "state": "started", "region": "ams"}})
}
