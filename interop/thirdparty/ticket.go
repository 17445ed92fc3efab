package main

import (
	"net/http"
	"time"

	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/auth"
	"github.com/superfly/macaroon/tp"
)

// userID is the user that all third parties attest.
const userID = 7

// attestedUser is a caveat that counts only in a discharge of a trusted third party.
func attestedUser() macaroon.Caveat {
	id := auth.FlyioUserID(userID)
	return &id
}

// clearTicket checks the caveats that the issuer put into the ticket.
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
