package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"

	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/flyio"
	"github.com/vmihailenco/msgpack/v5"
)

// oldPermission is a permission token with a nonce of version 0. Today's Go code reads, extends and verifies such tokens but
// issues none, so this code makes the frame by hand and the package makes the rest.
func oldPermission(iss *issuer, caveats ...macaroon.Caveat) *macaroon.Macaroon {
	random := make([]byte, 16)
	sure(rand.Read(random))
	nonce := []any{[]byte("key-1"), random}
	mac := hmac.New(sha256.New, iss.key)
	mac.Write(sure(msgpack.Marshal(nonce)))
	frame := []any{nonce, flyio.LocationPermission, []any{}, mac.Sum(nil)}
	m := sure(macaroon.Decode(sure(msgpack.Marshal(frame))))
	must(m.Add(caveats...))
	return m
}
