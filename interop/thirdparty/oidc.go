package main

import (
	"net/http"
	"os"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

// wantOIDC discharges for jobs of one repository, by the OIDC token of the issuer that OIDC_ISSUER names, for the party's
// location. It uses the same library as the public service for GitHub's tokens.
func wantOIDC(p *party, w http.ResponseWriter, r *http.Request) string {
	raw, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		p.tp.RespondError(w, r, http.StatusUnauthorized, "missing bearer token")
		return ""
	}
	provider, err := oidc.NewProvider(r.Context(), os.Getenv("OIDC_ISSUER"))
	must(err)
	token, err := provider.Verifier(&oidc.Config{ClientID: p.location}).Verify(r.Context(), raw)
	if err != nil {
		p.tp.RespondError(w, r, http.StatusUnauthorized, "invalid OIDC token")
		return ""
	}
	var claims struct {
		Repository string `json:"repository"`
	}
	if must(token.Claims(&claims)); claims.Repository != "octocat/hello-world" {
		p.tp.RespondError(w, r, http.StatusForbidden, "identity not allowed")
		return ""
	}
	return respondDischarge(p, w, r)
}
