package main

import (
	"github.com/superfly/macaroon"
	"github.com/vmihailenco/msgpack/v5"
	"golang.org/x/crypto/chacha20poly1305"
)

// oldDischarge is a discharge whose nonce doesn't call it a proof, so its tail is not finished. Today's Go code accepts
// such discharges but issues none; it opens tickets only to answer them its own way, hence the opening by hand.
func (iss *issuer) oldDischarge(m *macaroon.Macaroon, location string, caveats ...macaroon.Caveat) *macaroon.Macaroon {
	ticket := m.TicketsForThirdParty(location)[0]
	var content struct {
		_msgpack     struct{} `msgpack:",as_array"`
		DischargeKey []byte
		Caveats      macaroon.CaveatSet
	}
	must(msgpack.Unmarshal(open(iss.thirdParties[location], ticket), &content))
	d := sure(macaroon.New(ticket, location, content.DischargeKey))
	must(d.Add(caveats...))
	return d
}

func open(key, sealed []byte) []byte {
	aead := sure(chacha20poly1305.New(key))
	nonce, text := sealed[:aead.NonceSize()], sealed[aead.NonceSize():]
	return sure(aead.Open(nil, nonce, text, nil))
}
