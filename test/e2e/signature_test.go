package e2e

import (
	"context"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// A mail is signed with the name that the forum has when it is written, in the language of
// the mail: also the first one after the set-up.
func TestMailsAreSignedByTheForumOfNow(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := site.Empty(t, address)
		signed := func(lang string) string {
			_, text := s.Mail.Compose(lang, "sign_in", "Site", "forum.example", "URL", s.URL, "Minutes", 15)
			_, sign, _ := strings.Cut(text, "\n-- \n")
			return sign
		}
		if got := signed("en"); got != s.URL+"\n" {
			t.Errorf("before there is a forum: %q", got)
		}
		name := core.NewText("en", "Forum of the River").With("ar", "منتدى النهر")
		err := s.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
			return s.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: name, Short: "FR"})
		})
		if err != nil {
			t.Fatal(err)
		}
		for lang, want := range map[string]string{"en": "Forum of the River", "ar": "منتدى النهر", "fr": "Forum of the River"} {
			if got := signed(lang); got != want+"\n"+s.URL+"\n" {
				t.Errorf("%s: %q", lang, got)
			}
		}
	})
}
