package app_test

import (
	"slices"
	"strings"
	"testing"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
)

func flaws(t *testing.T, a *app.App) []core.Flaw {
	t.Helper()
	parts, err := a.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := ""
	var out []core.Flaw
	for _, p := range parts {
		names += p.Part + " "
		out = append(out, p.Flaws...)
	}
	for _, want := range []string{"record", "files", "documents"} {
		if !strings.Contains(names, want+" ") {
			t.Errorf("%s is not looked at, only %s", want, names)
		}
	}
	return out
}

// E127: the demo has no flaw; a source that is cut off is found, also by a program that
// only reads beside the server.
func TestCheckOfTheDemo(t *testing.T) {
	dir := t.TempDir()
	a, err := demo.Open(t.Context(), demo.Options{Config: app.Config{Data: dir, BaseURL: "http://localhost"}, Scale: corpus.Small})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, f := range flaws(t, a) {
		t.Errorf("%+v", f)
	}
	beside, err := app.Open(t.Context(), app.Config{Data: dir, BaseURL: "http://localhost", ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	if got := flaws(t, beside); len(got) > 0 {
		t.Errorf("beside the server it finds %+v", got)
	}
	if _, err := a.DB.Write.ExecContext(t.Context(), "UPDATE document_sources SET ref = 'nowhere' WHERE kind = 'takeaway'"); err != nil {
		t.Fatal(err)
	}
	if got := flaws(t, beside); !slices.ContainsFunc(got, func(f core.Flaw) bool { return f.Code == "dangling-source" }) {
		t.Errorf("a source that is cut off is not found: %+v", got)
	}
}

// Nothing is made where there is nothing to look at.
func TestCheckMakesNothing(t *testing.T) {
	if _, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), BaseURL: "http://localhost", ReadOnly: true}); err == nil || !strings.Contains(err.Error(), "no record here") {
		t.Errorf("an empty folder answers %v", err)
	}
}
