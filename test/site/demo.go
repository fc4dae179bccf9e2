package site

import (
	"context"
	"log/slog"
	"testing"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/testkit"
)

// elsewhere is the address of the forum while the demo is built.
const elsewhere = "http://built.localhost"

// Open opens the small demo as a configuration says, in a fresh database and an empty
// folder; the caller closes it. It is built once per process and kind of database, ready
// to be searched, and copied from then on.
func Open(t testing.TB, cfg app.Config) *app.App {
	t.Helper()
	testkit.Filled(t, cfg.Database, cfg.Data, "demo", func(address, folder string) error {
		a, err := demo.Open(context.Background(), demo.Options{Scale: corpus.Small, Config: app.Config{
			Data: folder, Database: address, BaseURL: elsewhere, Log: slog.New(slog.DiscardHandler),
		}})
		if err != nil {
			return err
		}
		defer a.Close()
		return a.Find.CatchUp(context.Background())
	})
	a, err := demo.Open(t.Context(), demo.Options{Scale: corpus.Small, Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	// Mails alone hold the address.
	if _, err := a.DB.Write.NewRaw("UPDATE outbox SET text = replace(text, ?, ?)", elsewhere, cfg.BaseURL).Exec(t.Context()); err != nil {
		a.Close()
		t.Fatal(err)
	}
	return a
}
