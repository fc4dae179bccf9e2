package app_test

import (
	"testing"

	"plenary/internal/app"
)

// Every policy, action, state and role has words in the catalogue: the public page of
// rights is printed from them.
func TestRightsHaveWords(t *testing.T) {
	a, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), BaseURL: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	say := func(key string) {
		if !a.Catalog.Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
	for _, p := range a.Policies() {
		say("policy." + p.Subject)
		for _, action := range p.Actions() {
			say("policy." + p.Subject + "." + action)
		}
		for _, st := range p.States {
			if st != "" {
				say("policy." + p.Subject + ".state." + st)
			}
		}
		for _, r := range p.Rules {
			for _, role := range r.Roles {
				say("role." + string(role))
			}
		}
	}
}

// Every page of every room parses in every language.
func TestEveryTemplateParses(t *testing.T) {
	a, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), BaseURL: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, lang := range []string{"en", "ar"} {
		if err := a.Server.ParseAll(lang); err != nil {
			t.Error(err)
		}
	}
}
