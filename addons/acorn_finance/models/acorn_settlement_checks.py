from collections import defaultdict
from dataclasses import replace

from odoo import models
from odoo.tools import format_date, formatLang

from .. import entries

SHOWN = 20  # of a list in a reason


class AcornSettlementChecks(models.AbstractModel):
    """Entries as they would be, and why they may not be posted: part of
    ``acorn.settlement``."""

    _name = "acorn.settlement.checks"
    _description = "Checks of Settlements"

    def _build_entries(self):
        """Return the entries that the settlement makes, and what speaks against them.

        :return: (list of entries.Entry, list of sentences). Where there are sentences
            the entries may lack amounts.
        """
        groups = self._groups()
        problems = [*self._missing_books(), *self._unmapped_words()]
        items, untold = defaultdict(list), []
        for group in groups:
            found = self._items_of(group)
            if found is None:
                untold.append(group)
            items[group.month] += found or ()
        problems += self._wrong_total(groups)
        problems += self._missing_accounts(items)
        problems += self._untold_taxes(untold)
        made = entries.entries_of(
            items,
            self._lasts(groups),
            self._ends_on(),
            self._book_account("clearing").id,
            self._book_account("carried").id,
        )
        made, locked = self._in_open_months(made)
        return made, [*problems, *locked, *self._missing_rates(made)]

    def _lasts(self, groups):
        lasts = {}
        for group in groups:
            lasts[group.month] = max(group.last, lasts.get(group.month, group.last))
        return lasts

    def _ends_on(self):
        return self.date_to.date()

    # === REASONS === #

    def _missing_books(self):
        if not self._journal():
            yield self.env._(
                "%s has no clearing journal. Choose one at the shop, under Books.",
                self.shop_id.name,
            )
        names = dict(self.env["acorn.nature.account"]._get_natures())
        for nature in ("clearing", "carried"):
            if not self._book_account(nature):
                yield self.env._(
                    "There is no account for “%s”. Choose one under Accounts of "
                    "Natures.",
                    names[nature],
                )

    def _unmapped_words(self):
        """List what the fee map does not know, with how often and how much."""
        rows = sorted(self._unknown_words(), key=lambda row: -abs(row[4]))
        if rows:
            listed = [
                self.env._(
                    "%(words)s: %(count)s lines, %(amount)s",
                    words=" / ".join(word or "–" for word in words),
                    count=count,
                    amount=self._money(amount),
                )
                for *words, count, amount, _currency in rows
            ]
            yield self.env._(
                "The fee map does not know these amounts. Give each a nature and an "
                "account, then post again:\n%s",
                self._listed(listed),
            )

    def _wrong_total(self, groups):
        unknown = self.env["acorn.settlement.line"]._read_group(
            [("settlement_id", "=", self.id), ("rule_id", "=", False)],
            aggregates=["amount:sum"],
        )[0][0]
        total = float(sum(group.amount for group in groups)) + unknown
        if self.currency_id.compare_amounts(total, self.total):
            yield self.env._(
                "The lines add up to %(lines)s, but the settlement says %(total)s. The "
                "file is not complete: fetch or import it again.",
                lines=self._money(total),
                total=self._money(self.total),
            )

    def _missing_accounts(self, items):
        names = {
            item.name for month in items.values() for item in month if not item.account
        }
        if names:
            yield self.env._(
                "The fee map has no account for these amounts:\n%s",
                self._listed(sorted(names)),
            )

    def _untold_taxes(self, groups):
        """Say which amounts are taxed nobody knows how."""
        orderless = [group for group in groups if group.orderless]
        others = [group for group in groups if not group.orderless]
        if orderless:
            yield self.env._(
                "%(count)s taxable lines, %(amount)s, belong to no order that is "
                "known, so the country whose VAT is in them is not known either:\n"
                "%(list)s",
                count=sum(group.count for group in orderless),
                amount=self._money(sum(group.amount for group in orderless)),
                list=self._listed(self._orderless_refs()),
            )
        if others:
            places = {(self._name_of(g), self._country_name(g.country)) for g in others}
            yield self.env._(
                "The tax of these amounts cannot be told. Choose a tax for the country "
                "at the site, or one at the fee rule that is a percentage:\n%s",
                self._listed(
                    sorted(" → ".join(filter(None, place)) for place in places)
                ),
            )

    def _orderless_refs(self):
        rows = self.env["acorn.settlement.line"]._read_group(
            [
                ("settlement_id", "=", self.id),
                ("order_id", "=", False),
                ("nature", "in", list(entries.TAXED_NATURES)),
            ],
            ["order_ref"],
        )
        return sorted(ref or self.env._("no order is named") for (ref,) in rows)

    def _country_name(self, country_id):
        return self.env["res.country"].browse(country_id).name or ""

    def _missing_rates(self, made):
        """Say for which days there is no exchange rate: Odoo would take 1."""
        company = self.company_id
        if self.currency_id == company.currency_id:
            return
        for date in sorted({entry.date for entry in made}):
            for currency in self._currencies_without_rate(date):
                yield self.env._(
                    "There is no exchange rate of %(currency)s for %(date)s or before. "
                    "Add it under Currencies, then post again.",
                    currency=currency.name,
                    date=format_date(self.env, date),
                )

    def _currencies_without_rate(self, date):
        company = self.company_id
        rated = self.env["res.currency.rate"]._read_group(
            [
                ("currency_id", "in", (self.currency_id | company.currency_id).ids),
                ("company_id", "in", (False, company.root_id.id)),
            ],
            ["currency_id"],
            ["name:min"],
        )
        since = dict(rated)
        # The company's own currency needs rates only where rates are not told in it.
        asked = self.currency_id | company.currency_id.filtered(since.get)
        return asked.filtered(lambda c: not since.get(c) or since[c] > date)

    def _in_open_months(self, made):
        """Move entries of locked months where that was chosen, or say what is locked.

        :return: (entries, sentences)
        """
        results, problems = [], []
        for entry in made:
            date = self._open_date(entry.date, entry.has_tax)
            if date != entry.date and not self.post_in_open_month:
                problems.append(self._locked(entry, date))
            if date != entry.date:
                entry = replace(entry, date=date, moved_from=entry.date)
            results.append(entry)
        return results, problems

    def _locked(self, entry, date):
        locks = self.company_id._get_violated_lock_dates(
            entry.date, entry.has_tax, self._journal()
        )
        return self.env._(
            "%(date)s is locked: %(locks)s. Post in the first open month, which is on "
            "%(open)s, or unlock the month and post again.",
            date=format_date(self.env, entry.date),
            locks=self.env["res.company"]._format_lock_dates(locks),
            open=format_date(self.env, date),
        )

    # === WORDS === #

    def _listed(self, words):
        shown = [f"• {word}" for word in words[:SHOWN]]
        if len(words) > SHOWN:
            shown.append(self.env._("… and %s more", len(words) - SHOWN))
        return "\n".join(shown)

    def _money(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)
