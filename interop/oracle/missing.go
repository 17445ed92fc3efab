package main

import (
	"sort"

	"github.com/superfly/macaroon/bundle"
	"github.com/superfly/macaroon/flyio"
)

// ticket is a ticket that no discharge of the bundle answers.
type ticket struct {
	Location string `json:"location"`
	Ticket   []byte `json:"ticket"`
}

// missing returns the tickets of a header's permission tokens that still need a discharge, in the order of their bytes.
func missing(q *question) (answer, error) {
	// The error is about unreadable parts; they don't hide the others.
	b, _ := bundle.ParseBundle(flyio.LocationPermission, q.Header)
	a := answer{Missing: []ticket{}}
	for location, tickets := range b.UndischargedThirdPartyTickets() {
		for _, it := range tickets {
			a.Missing = append(a.Missing, ticket{location, it})
		}
	}
	sort.Slice(a.Missing, func(i, j int) bool {
		x, y := a.Missing[i], a.Missing[j]
		return x.Location+string(x.Ticket) < y.Location+string(y.Ticket)
	})
	return a, nil
}
