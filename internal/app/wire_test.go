package app_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"

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

// Every name in the path of an operation of the API is read from there: the library passes
// over parameters of a shared struct that is not exported.
func TestPathsOfTheAPIAreRead(t *testing.T) {
	a, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), BaseURL: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	name := regexp.MustCompile(`\{([a-z_]+)\}`)
	for path, item := range a.API.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			for _, m := range name.FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "path" && p.Name == m[1] }) {
					t.Errorf("%s does not read %s of %s", op.OperationID, m[1], path)
				}
			}
		}
	}
}
