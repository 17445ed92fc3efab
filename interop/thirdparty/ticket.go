package main

import (
	"net/http"
	"time"

	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/auth"
	"github.com/superfly/macaroon/tp"
)

// userID is who all third parties say the bearer is.
const userID = 7

// attestedUser is what only a discharge of a trusted third party can say.
func attestedUser() macaroon.Caveat {
	id := auth.FlyioUserID(userID)
	return &id
}

// clearTicket checks what the issuer asked the third party to check.
func clearTicket(r *http.Request, lifetime time.Duration) error {
	caveats, err := tp.CaveatsFromRequest(r)
	if err != nil {
		return err
	}
	return macaroon.NewCaveatSet(caveats...).Validate(&auth.DischargeRequest{
		Flyio:  []*auth.FlyioAuth{{UserID: userID, OrganizationIDs: []uint64{orgID}}},
		Expiry: time.Now().Add(lifetime),
	})
}
