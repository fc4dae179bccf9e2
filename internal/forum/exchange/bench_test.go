package exchange_test

import (
	"io"
	"log/slog"
	"testing"

	"plenary/internal/app"
	"plenary/internal/app/demo"
)

// BenchmarkPackage writes the package of an edition with 300 sessions.
func BenchmarkPackage(b *testing.B) {
	a, err := demo.Open(b.Context(), demo.Options{Config: app.Config{Data: b.TempDir(), BaseURL: base, Log: slog.New(slog.DiscardHandler)}})
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	for b.Loop() {
		if err := a.Exchange.WritePackage(b.Context(), staff, slug, true, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
