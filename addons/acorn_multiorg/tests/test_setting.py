from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common_setting import SettingCase


@tagged("post_install", "-at_install")
class TestSetting(SettingCase):
    """What a unit sets counts for all shops below, until one sets its own."""

    def line(self, node, name, user=None):
        column = "shop_id" if node._name == "acorn.shop" else "unit_id"
        lines = self.env["acorn.setting.line"].with_user(user or self.boss)
        return lines.search([(column, "=", node.id), ("name", "=", name)])

    def shown(self, node, name, user=None):
        line = self.line(node, name, user)
        line.invalidate_recordset()
        return line.text, line.origin

    def test_nearest_unit_counts_and_says_so(self):
        self.assertEqual(self.shown(self.shop, "interval"), ("15", "Default"))
        self.set_at(self.group, "interval", 40)
        self.assertEqual(self.shop.interval, 40)
        self.set_at(self.branch, "interval", 50)
        self.assertEqual(self.shop.interval, 50)
        self.assertEqual(self.shown(self.shop, "interval"), ("50", "The branch"))
        self.set_at(self.group, "interval", 60)
        self.assertEqual(self.shop.interval, 50, "the branch is nearer")
        self.reset_at(self.branch, "interval")
        self.assertEqual(self.shop.interval, 60)
        self.assertEqual(self.shown(self.shop, "interval"), ("60", "The group"))
        self.reset_at(self.group, "interval")
        self.assertEqual(self.shop.interval, 15)

    def test_zero_is_a_value(self):
        self.set_at(self.branch, "guard_factor", 0)
        self.assertEqual(self.shop.guard_factor, 0)
        self.assertEqual(self.shown(self.shop, "guard_factor"), ("0", "The branch"))

    def test_what_a_person_writes_on_the_shop_is_its_own_until_reset(self):
        self.set_at(self.branch, "interval", 50)
        form = Form(self.shop.with_user(self.manager))
        form.interval = 20
        form.save()
        self.set_at(self.branch, "interval", 70)
        self.assertEqual(self.shop.interval, 20)
        self.assertEqual(
            self.shown(self.shop, "interval", self.manager), ("20", "Set here")
        )
        self.line(self.shop, "interval", self.manager).action_reset()
        self.assertEqual(self.shop.interval, 70)

    def test_dialog_overrides_with_a_number(self):
        line = self.line(self.shop, "ship_by_hours", self.manager)
        edit = Form.from_action(line.env, line.action_edit())
        self.assertEqual(edit.number, 6)
        edit.number = 9
        edit.save().action_set()
        self.assertEqual(self.shop.ship_by_hours, 9)

    def test_dialog_overrides_with_a_choice_and_a_record(self):
        for name, value in (("auto_ship", "due"), ("carrier_id", self.carrier)):
            line = self.line(self.branch, name)
            edit = Form.from_action(line.env, line.action_edit())
            edit[name] = value
            edit.save().action_set()
            self.assertEqual(self.shop[name], value)

    def test_dialog_sets_the_stage_table_of_a_unit(self):
        line = self.line(self.branch, "stage_ids")
        edit = Form.from_action(line.env, line.action_edit())
        with edit.stage_ids.edit(2) as stage:
            self.assertEqual(stage.status, "unshipped")
            stage.name = "On the bench"
        edit.save().action_set()
        stages = self.shop.stage_ids
        self.assertEqual(len(stages), 8)
        [stage] = stages.filtered(lambda stage: stage.status == "unshipped")
        self.assertEqual(stage.name, "On the bench")

    def test_stage_that_a_person_renames_makes_the_table_the_shop_s_own(self):
        stage = self.shop.stage_ids[0].with_user(self.manager)
        stage.name = "Ours"
        self.assertEqual(self.shown(self.shop, "stage_ids")[1], "Set here")
        self.rename_stage("pending_availability", "Theirs")
        self.assertEqual(stage.name, "Ours")
        self.line(self.shop, "stage_ids", self.manager).action_reset()
        stages = self.shop.stage_ids
        self.assertEqual(stages.sorted("sequence")[0].name, "Theirs")

    def test_new_shop_has_what_is_above(self):
        self.set_at(self.branch, "interval", 50)
        self.set_at(self.group, "alarm_minutes", 77)
        shop = self.make_shop("New", self.hq)
        self.assertEqual((shop.interval, shop.alarm_minutes), (50, 77))
        self.assertEqual(self.shown(shop, "interval"), ("50", "The branch"))

    def test_new_shop_keeps_what_its_maker_chose(self):
        self.set_at(self.branch, "interval", 50)
        shop = self.env["acorn.shop"].create(
            {"name": "New", "channel": "dummy", "company_id": self.hq.id}
            | {"interval": 33}
        )
        self.assertEqual(self.shown(shop, "interval"), ("33", "Set here"))

    def test_shop_that_moves_takes_what_is_above_it_there(self):
        self.set_at(self.branch, "interval", 50)
        self.set_at(self.branch, "team_id", self.team(self.hq).id)
        shop = self.make_shop("Moving", self.hq)
        self.assertTrue(shop.team_id)
        self.set_at(self.other, "interval", 90)
        shop.site_ids.unlink()
        shop.company_id = self.other
        self.assertEqual((shop.interval, shop.team_id.id), (90, False))

    def test_unit_that_moves_takes_what_is_above_it_there(self):
        self.set_at(self.branch, "interval", 50)
        self.set_at(self.other, "interval", 90)
        self.set_at(self.other, "most_pending", 5)
        self.hq.acorn_superior_id = self.other
        self.assertEqual(self.shop.interval, 90)
        self.assertEqual(self.hq.acorn_most_pending, 5)

    def test_company_s_own_page_sets_the_unit_s_value(self):
        admin = self.make_person("chief", "group_administrator")
        admin.group_ids |= self.env.ref("base.group_erp_manager")
        self.branch.with_user(admin).acorn_alarm_minutes = 45
        self.assertEqual(self.hq.acorn_alarm_minutes, 45)
        self.assertEqual(self.shop.alarm_minutes, 45)
        self.assertEqual(self.shown(self.shop, "alarm_minutes"), ("45", "The branch"))

    def test_record_of_another_company_is_passed_over(self):
        team = self.team(self.other)
        self.set_at(self.group, "team_id", team.id)
        self.assertFalse(self.shop.team_id)
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.set_at(self.shop, "team_id", team.id)

    def test_who_set_what_for_a_unit_is_kept(self):
        self.set_at(self.branch, "interval", 50)
        self.set_at(self.branch, "interval", 70)
        kept = self.env["acorn.audit"].search(
            [("model", "=", "acorn.setting"), ("field", "=", "content")], limit=1
        )
        self.assertEqual((kept.old, kept.new), ("50", "70"))
        self.assertEqual(kept.user_ref, self.boss.id)
        self.assertEqual(kept.company_name, "The branch")

    def test_nonsense_is_refused(self):
        for name, value in (
            *(("interval", -1), ("interval", "soon"), ("auto_ship", "perhaps")),
            *(("carrier_id", -7), ("stage_ids", [{"status": "?", "names": {}}])),
        ):
            with self.assertRaises(ValidationError):
                self.set_at(self.branch, name, value)

    def test_manager_of_a_shop_sets_nothing_for_units_or_other_shops(self):
        Setting = self.env["acorn.setting"].with_user(self.manager)
        foreign = self.make_shop("Foreign", self.hq)
        for node in (self.branch, self.hq, foreign):
            with self.assertRaises(AccessError):
                Setting._set(node, "interval", 1)
        self.set_at(self.branch, "interval", 50)
        own = self.env["acorn.setting"].search([("unit_id", "=", self.branch.id)])
        with self.assertRaises(AccessError):
            own.with_user(self.manager).unlink()
        with self.assertRaises(AccessError):
            own.with_user(self.manager).write({"content": {"value": 1}})
        self.assertTrue(self.line(self.shop, "interval", self.manager).may_change)
        self.assertFalse(self.line(self.branch, "interval", self.manager))

    def test_group_manager_sets_nothing_above_the_own_units(self):
        person = self.make_person(
            "branch_boss", "group_group_manager", unit_id=self.branch.id
        )
        Setting = self.env["acorn.setting"].with_user(person)
        Setting._set(self.branch, "interval", 50)
        self.assertEqual(self.shop.interval, 50)
        for unit in (self.group, self.other):
            with self.assertRaises(AccessError):
                Setting._set(unit, "interval", 1)

    def test_what_was_there_before_settings_stays(self):
        self.shop.interval = 25
        self.env["acorn.setting"]._adopt_all()
        self.set_at(self.branch, "interval", 50)
        self.assertEqual(self.shop.interval, 25)

    def test_template_copies_a_value_from_shop_to_shop(self):
        from ..settings import SETTINGS

        source = self.make_shop("Source", self.hq)
        for name, setting in SETTINGS.items():
            if setting.on_shop:
                setting.apply(self.shop, setting.value(source))
                self.assertEqual(setting.value(self.shop), setting.value(source), name)
                self.assertEqual(self.shown(self.shop, name)[1], "Set here")
