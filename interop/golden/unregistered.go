package main

import (
	"fmt"
	"math"

	"github.com/superfly/macaroon"
)

// unregistered has types that the Go code doesn't know, reserved ones included, with bodies of every form.
func unregistered() []named {
	bodies := []struct {
		caveatType uint64
		what       string
		msgpack    string
	}{
		{1, "nil", "\xc0"},
		{17, "true", "\xc3"},
		{18, "a negative number", "\xd3\x80\x00\x00\x00\x00\x00\x00\x00"},
		{32, "a number wider than it needs", "\xcf\x00\x00\x00\x00\x00\x00\x00\x05"},
		{1 << 32, "text", "\xa3abc"},
		{1 << 48, "bytes", "\xc4\x03\x00\x01\x02"},
		{math.MaxUint64 - 1, "a list of a number and a map", "\x92\x01\x81\xa1a\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00"},
		{math.MaxUint64, "an empty list", "\x90"},
	}
	out := make([]named, len(bodies))
	for i, body := range bodies {
		out[i] = one(fmt.Sprintf("type %d with %s", body.caveatType, body.what), &macaroon.UnregisteredCaveat{
			Type:       macaroon.CaveatType(body.caveatType),
			RawMsgpack: []byte(body.msgpack),
		})
	}
	return out
}
