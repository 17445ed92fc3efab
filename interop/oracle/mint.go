package main

import (
	"github.com/superfly/macaroon"
)

// thirdParty is a third party that must discharge the token to mint.
type thirdParty struct {
	Location string `json:"location"`
	Key      []byte `json:"key"`
	// Packed is the set of caveats that the third party must check.
	Packed []byte `json:"packed"`
}

// mint makes a token with the caveats of Packed, and one more for each third party.
func mint(q *question) (answer, error) {
	m, err := macaroon.New(q.KID, q.Location, macaroon.SigningKey(q.Key))
	if err != nil {
		return answer{}, err
	}
	if err := addPacked(m, q.Packed); err != nil {
		return answer{}, err
	}
	for _, party := range q.ThirdParties {
		terms, err := macaroon.DecodeCaveats(party.Packed)
		if err != nil {
			return answer{}, err
		}
		if err := m.Add3P(macaroon.EncryptionKey(party.Key), party.Location, terms.Caveats...); err != nil {
			return answer{}, err
		}
	}
	token, err := m.Encode()
	return answer{Token: token}, err
}

// discharge answers a ticket as its third party would, with the caveats of Packed, bound to Parent if that is given.
// Its answer holds in Packed what the ticket asked.
func discharge(q *question) (answer, error) {
	terms, m, err := macaroon.DischargeTicket(macaroon.EncryptionKey(q.Key), q.Location, q.Ticket)
	if err != nil {
		return answer{}, err
	}
	if err := addPacked(m, q.Packed); err != nil {
		return answer{}, err
	}
	if q.Parent != nil {
		if err := m.Bind(q.Parent); err != nil {
			return answer{}, err
		}
	}
	token, err := m.Encode()
	if err != nil {
		return answer{}, err
	}
	packed, err := macaroon.NewCaveatSet(terms...).MarshalMsgpack()
	return answer{Token: token, Packed: packed}, err
}
