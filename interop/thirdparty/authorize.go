package main

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/superfly/macaroon/flyio"
	"github.com/superfly/macaroon/flyio/machinesapi"
)

// authorize lets Fly's own client ask a Machines API whether a bundle may do something: {"url":"…","header":"…","access":{…}} to
// {"access":{…},"error":"…"}. The client also checks that the answer is about a token that it sent.
func authorize(w http.ResponseWriter, r *http.Request) {
	var it struct {
		URL    string              `json:"url"`
		Header string              `json:"header"`
		Access *machinesapi.Access `json:"access"`
	}
	if err := json.NewDecoder(r.Body).Decode(&it); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	base, err := url.Parse(it.URL)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	out := struct {
		Access *flyio.Access `json:"access"`
		Error  string        `json:"error"`
	}{}
	client := &machinesapi.Client{BaseURL: base}
	if out.Access, err = client.Authorize(r.Context(), it.Header, it.Access); err != nil {
		out.Error = err.Error()
	}
	answer(w, http.StatusOK, out)
}
