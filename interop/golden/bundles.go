package main

import (
	"strings"

	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/auth"
	"github.com/superfly/macaroon/flyio"
	"github.com/superfly/macaroon/resset"
)

// allBundles has permission tokens with their discharges, complete and incomplete.
func allBundles(iss *issuer) []bundleVector {
	const aaa, secrets = flyio.LocationAuthentication, flyio.LocationSecrets
	var out []bundleVector
	add := func(name, header string) { out = append(out, describeBundle(name, header, iss)) }

	plain := iss.permission(&flyio.Organization{ID: 1, Mask: resset.ActionAll})
	login := loginToken(iss)
	attested := iss.discharge(login, aaa, window(600), ptr(auth.FlyioUserID(7)), ptr(auth.GitHubUserID(8)),
		(*auth.GoogleUserID)(bigNumber("36893488147419103232")))
	add("one permission token without a third party", header(plain))
	add("a discharge that is missing", header(login))
	add("a discharge with attestations of a trusted third party", header(login, attested))
	add("the discharge in front of its permission token", header(attested, login))

	twice := loginToken(iss)
	iss.require(twice, secrets)
	add("two third parties, one discharged", header(twice, iss.discharge(twice, aaa, window(500))))
	add("several permission tokens and discharges", header(
		plain, login, twice, attested, iss.discharge(twice, secrets), iss.discharge(twice, aaa, window(500))))

	bound := iss.discharge(login, aaa, window(400))
	must(bound.BindToParentMacaroon(login))
	narrower := sure(login.Clone())
	must(narrower.Add(&flyio.IsMember{}))
	add("a bound discharge", header(login, bound))
	add("a bound discharge of a token that was narrowed since", header(narrower, bound))
	tight := iss.discharge(narrower, aaa)
	must(tight.BindToParentMacaroon(narrower))
	add("a discharge bound to what the token was narrowed to", header(narrower, tight))
	add("a discharge bound to a narrower token", header(login, tight))
	add("two discharges of one ticket, the first bound to another token", header(login, tight, bound))

	foreign := iss.permission(&flyio.Organization{ID: 1, Mask: resset.ActionAll})
	iss.require(foreign, strange)
	add("attestations of a third party that is not trusted", header(
		foreign, iss.discharge(foreign, strange, window(300), ptr(auth.FlyioUserID(7)))))
	add("a discharge that is no proof", header(login, iss.oldDischarge(login, aaa, window(200))))
	add("a nonce of version 0", header(oldPermission(iss, window(100))))
	add("a permission token under another key", header(forged(plain)))
	add("the labels and the scheme of older tokens", "Bearer "+relabelled(login, attested))
	return out
}

func loginToken(iss *issuer) *macaroon.Macaroon {
	m := iss.permission(&flyio.Organization{ID: 1, Mask: resset.ActionAll})
	iss.require(m, flyio.LocationAuthentication, auth.RequireUser(7), auth.RequireOrganization(1))
	must(m.Add(window(900)))
	return m
}

// window ends so many seconds after a fixed moment.
func window(seconds int64) macaroon.Caveat {
	return &macaroon.ValidityWindow{NotBefore: 4102444800, NotAfter: 4102444800 + seconds}
}

func forged(m *macaroon.Macaroon) *macaroon.Macaroon {
	other := sure(m.Clone())
	other.Tail[0] ^= 1
	return other
}

func relabelled(permission, discharge *macaroon.Macaroon) string {
	return strings.Replace(sure(permission.String()), "fm2_", "fm1r_", 1) + "," +
		strings.Replace(sure(discharge.String()), "fm2_", "fm1a_", 1)
}
