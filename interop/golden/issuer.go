package main

import (
	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/flyio"
)

// strange is a third party whose attestations of a user don't count.
const strange = "https://id.example/v1"

// issuer holds the keys of an emulated Fly.
type issuer struct {
	key          macaroon.SigningKey
	thirdParties map[string]macaroon.EncryptionKey
	trusted      map[string][]macaroon.EncryptionKey
}

func newIssuer() *issuer {
	iss := &issuer{key: macaroon.NewSigningKey()}
	iss.thirdParties = map[string]macaroon.EncryptionKey{}
	for _, location := range []string{flyio.LocationAuthentication, flyio.LocationSecrets, strange} {
		iss.thirdParties[location] = macaroon.NewEncryptionKey()
	}
	iss.trusted = map[string][]macaroon.EncryptionKey{
		flyio.LocationAuthentication: {iss.thirdParties[flyio.LocationAuthentication]},
	}
	return iss
}

func (iss *issuer) sharedKeys() map[string][]byte {
	keys := map[string][]byte{}
	for location, key := range iss.thirdParties {
		keys[location] = key
	}
	return keys
}

func (iss *issuer) permission(caveats ...macaroon.Caveat) *macaroon.Macaroon {
	m := sure(macaroon.New([]byte("key-1"), flyio.LocationPermission, iss.key))
	must(m.Add(caveats...))
	return m
}

// require adds a third-party caveat; only the third party can read the caveats.
func (iss *issuer) require(m *macaroon.Macaroon, location string, caveats ...macaroon.Caveat) {
	must(m.Add3P(iss.thirdParties[location], location, caveats...))
}

// discharge answers the macaroon's ticket for a location; the discharge is open to further caveats until it is encoded.
func (iss *issuer) discharge(m *macaroon.Macaroon, location string, caveats ...macaroon.Caveat) *macaroon.Macaroon {
	ticket := m.TicketsForThirdParty(location)[0]
	_, d, err := macaroon.DischargeTicket(iss.thirdParties[location], location, ticket)
	must(err)
	must(d.Add(caveats...))
	return d
}
