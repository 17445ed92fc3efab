package main

import (
	"context"
	"net/http"
	"time"

	"github.com/superfly/macaroon"
)

// flow is a way to answer a ticket.
type flow struct {
	// start answers the ticket and returns the secret of the poll that finish must end; empty if there is none.
	start func(p *party, w http.ResponseWriter, r *http.Request) string
	// pending is the number of polls answered with 202 before finish gets the secret that start returned.
	pending int
	finish  func(p *party, secret string) error
	// relative makes poll URLs that are only a path.
	relative bool
	// lifetime is that of the discharges; zero for discharges without an end.
	lifetime time.Duration
}

const lifetime = 10 * time.Minute

// flows has all third parties, by the name that is also their path.
var flows = map[string]flow{
	"immediate": {start: respondDischarge, lifetime: lifetime},
	"endless":   {start: respondDischarge},
	"expired":   {start: respondDischarge, lifetime: -time.Minute},
	"login":     {start: wantLogin, lifetime: lifetime},
	"refused": {start: func(p *party, w http.ResponseWriter, r *http.Request) string {
		p.tp.RespondError(w, r, http.StatusForbidden, "no session for this ticket")
		return ""
	}},

	"ready":        {start: startPoll, finish: dischargePoll, lifetime: lifetime},
	"poll":         {start: startPoll, pending: 2, finish: dischargePoll, lifetime: lifetime},
	"relative":     {start: startPoll, pending: 2, finish: dischargePoll, lifetime: lifetime, relative: true},
	"late-expired": {start: startPoll, pending: 1, finish: dischargePoll, lifetime: -time.Minute},
	"aborted": {start: startPoll, pending: 1, finish: func(p *party, secret string) error {
		return p.tp.AbortPoll(context.Background(), secret, "user rejected approval")
	}},
	"forgotten": {start: startPoll, pending: 1, finish: func(p *party, secret string) error {
		return p.tp.Store.DeleteByPollSecret(context.Background(), secret)
	}},

	"oidc": {start: wantOIDC, lifetime: time.Minute},

	"user-interactive": {start: startUser, lifetime: lifetime},
}

func respondDischarge(p *party, w http.ResponseWriter, r *http.Request) string {
	p.tp.RespondDischarge(w, r, p.caveats()...)
	return ""
}

func wantLogin(p *party, w http.ResponseWriter, r *http.Request) string {
	if r.Header.Get("Authorization") != "Bearer let-me-in" {
		p.tp.RespondError(w, r, http.StatusUnauthorized, "log in first")
		return ""
	}
	return respondDischarge(p, w, r)
}

func startPoll(p *party, w http.ResponseWriter, r *http.Request) string {
	return p.tp.RespondPoll(w, r)
}

func dischargePoll(p *party, secret string) error {
	return p.tp.DischargePoll(context.Background(), secret, p.caveats()...)
}

func startUser(p *party, w http.ResponseWriter, r *http.Request) string {
	p.tp.RespondUserInteractive(w, r)
	return "" // The person finishes it, not a number of polls.
}

// caveats returns the caveats in every discharge of the party.
func (p *party) caveats() []macaroon.Caveat {
	if p.flow.lifetime == 0 {
		return []macaroon.Caveat{attestedUser()}
	}
	end := time.Now().Add(p.flow.lifetime)
	start := min(time.Now().Unix(), end.Unix()-60)
	return []macaroon.Caveat{&macaroon.ValidityWindow{NotBefore: start, NotAfter: end.Unix()}, attestedUser()}
}
