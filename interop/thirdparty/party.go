package main

import (
	"context"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/tp"
)

// party is a third party of Fly's own package, with the flow by which it answers every ticket.
type party struct {
	tp       *tp.TP
	location string
	path     string
	flow     flow
	mutex    sync.Mutex
	// left has the number of polls to answer before a ticket is finished, by secret.
	left map[string]int
}

func newParty(origin, name string, flow flow) *party {
	p := &party{location: origin + "/" + name + "/v1", path: "/" + name + "/v1", flow: flow, left: map[string]int{}}
	store, err := tp.NewMemoryStore(userURLs{tp.PrefixMunger(p.path + "/user/"), origin}, 1000)
	must(err)
	p.tp = &tp.TP{Location: p.location, Key: macaroon.NewEncryptionKey(), Store: store}
	if flow.relative {
		p.tp.Location = p.path
	}
	return p
}

// userURLs makes whole URLs; the package's own lack the host when a request's path holds the secret.
type userURLs struct {
	tp.PrefixMunger
	origin string
}

func (u userURLs) UserSecretToURL(secret string) string {
	return u.origin + u.PrefixMunger.UserSecretToURL(secret)
}

func (p *party) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch route := strings.TrimPrefix(r.URL.Path, p.path); {
	case r.Method == http.MethodPost && route == tp.InitPath:
		p.tp.InitRequestMiddleware(http.HandlerFunc(p.start)).ServeHTTP(w, r)
	case r.Method == http.MethodGet && strings.HasPrefix(route, tp.PollPathPrefix):
		p.tp.HandlePollRequest(w, r)
		p.finishAfter(path.Base(route))
	case r.Method == http.MethodGet && strings.HasPrefix(route, "/user/"):
		p.tp.UserRequestMiddleware(http.HandlerFunc(p.person)).ServeHTTP(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (p *party) start(w http.ResponseWriter, r *http.Request) {
	if err := clearTicket(r, p.flow.lifetime); err != nil {
		p.tp.RespondError(w, r, http.StatusForbidden, err.Error())
		return
	}
	secret := p.flow.start(p, w, r)
	if secret == "" {
		return
	}
	if p.flow.pending == 0 {
		must(p.flow.finish(p, secret))
		return
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.left[secret] = p.flow.pending
}

func (p *party) finishAfter(secret string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	left, ok := p.left[secret]
	switch {
	case ok && left > 1:
		p.left[secret] = left - 1
	case ok:
		delete(p.left, secret)
		must(p.flow.finish(p, secret))
	}
}

// person plays the person at the user URL, who agrees, or with ?no doesn't.
func (p *party) person(w http.ResponseWriter, r *http.Request) {
	secret := path.Base(r.URL.Path)
	if r.URL.Query().Has("no") {
		must(p.tp.AbortUserInteractive(context.Background(), secret, "user rejected approval"))
	} else {
		must(p.tp.DischargeUserInteractive(context.Background(), secret, p.caveats()...))
	}
}
