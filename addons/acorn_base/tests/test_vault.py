import os
import tempfile
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.tests import BaseCase

from odoo.addons.acorn_base import vault


class TestVault(BaseCase):
    """Secrets are readable with the server's key only."""

    def setUp(self):
        super().setUp()
        self.old, self.new = (Fernet.generate_key().decode() for _n in range(2))

    def environment(self, **values):
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("ACORN_SECRET_KEY")
        }
        return patch.dict(os.environ, {**clean, **values}, clear=True)

    def test_what_is_encrypted_can_be_read_again(self):
        with self.environment(ACORN_SECRET_KEY=self.new):
            token = vault.encrypt(b"hunter2")
            self.assertNotIn("hunter2", token)
            self.assertEqual(vault.decrypt(token), b"hunter2")

    def test_missing_key_says_what_to_do(self):
        with (
            self.environment(),
            self.assertRaisesRegex(vault.VaultError, "ACORN_SECRET_KEY"),
        ):
            vault.encrypt(b"hunter2")

    def test_malformed_key_says_what_to_do_without_telling_it(self):
        with (
            self.environment(ACORN_SECRET_KEY="my-weak-password"),
            self.assertRaisesRegex(vault.VaultError, "not a Fernet key") as caught,
        ):
            vault.check()
        self.assertNotIn("my-weak", str(caught.exception))

    def test_key_is_rotated_by_putting_the_new_one_in_front(self):
        with self.environment(ACORN_SECRET_KEY=self.old):
            token, print_before = vault.encrypt(b"hunter2"), vault.fingerprint("ada")
        with self.environment(ACORN_SECRET_KEY=f"{self.new},{self.old}"):
            self.assertEqual(vault.decrypt(token), b"hunter2")
            self.assertEqual(vault.fingerprint("ada"), print_before)
        with (
            self.environment(ACORN_SECRET_KEY=self.new),
            self.assertRaisesRegex(vault.VaultError, "another key"),
        ):
            vault.decrypt(token)

    def test_key_may_live_in_a_file(self):
        with tempfile.NamedTemporaryFile("w") as key_file:
            key_file.write(self.new + "\n")
            key_file.flush()
            with self.environment(ACORN_SECRET_KEY_FILE=key_file.name):
                self.assertEqual(vault.decrypt(vault.encrypt(b"x")), b"x")

    def test_unreadable_key_file_says_which_setting_to_correct(self):
        with (
            self.environment(ACORN_SECRET_KEY_FILE="/nonexistent/key"),
            self.assertRaisesRegex(vault.VaultError, "ACORN_SECRET_KEY_FILE"),
        ):
            vault.check()

    def test_fingerprint_is_keyed(self):
        with self.environment(ACORN_SECRET_KEY=self.old):
            first = vault.fingerprint("ada@example.com")
        with self.environment(ACORN_SECRET_KEY=self.new):
            self.assertNotEqual(vault.fingerprint("ada@example.com"), first)
