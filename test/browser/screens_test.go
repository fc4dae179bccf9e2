package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// ScreensEnv names a folder; TestScreens then saves a picture of every page there, for
// people to look at.
const ScreensEnv = "PLENARY_SCREENS"

func TestScreens(t *testing.T) {
	dir := os.Getenv(ScreensEnv)
	if dir == "" {
		t.Skip("set " + ScreensEnv + " to a folder for pictures of all pages")
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	s := serve(t)
	for _, role := range roles() {
		t.Run("as "+role, func(t *testing.T) {
			t.Parallel()
			b := open(t, s.demo.URL)
			if role != "" {
				b.signIn(role)
			}
			for _, p := range pages {
				if p.as == role {
					b.shoot(s, p, dir)
				}
			}
		})
	}
}

// tallest is how much of a long page is in its picture.
const tallest = 9000

// shoot takes the eight pictures of a page: two languages, widths and appearances.
func (b *tab) shoot(s *sites, p page, dir string) {
	b.Helper()
	for _, width := range []int64{390, 1440} {
		b.appear(width, "light")
		for _, lang := range []string{"en", "ar"} {
			b.look(s, p, lang)
			for _, scheme := range []string{"light", "dark"} {
				b.appear(width, scheme)
				height := min(max(eval[int64](b, "document.documentElement.scrollHeight"), 844), tallest)
				var png []byte
				b.do("take a picture", emulation.SetDeviceMetricsOverride(width, height, 1, false), chromedp.CaptureScreenshot(&png))
				name := fmt.Sprintf("%s.%s.%d.%s.png", p.name, lang, width, scheme)
				if err := os.WriteFile(filepath.Join(dir, name), png, 0o600); err != nil {
					b.Fatal(err)
				}
			}
			b.appear(width, "light")
		}
	}
}
